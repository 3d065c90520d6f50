// One file for all of them, as to load the application takes longer than most of them.
import './include-and-fields.js';
import './parameters.js';
