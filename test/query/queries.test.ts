// One file for all of them, as to load the application takes longer than most of them.
import './count.js';
import './include-and-fields.js';
import './junk.property.js';
import './parameters.js';
