// One file for all of them, as to load the application takes longer than most of them.
import './kept-dates.js';
import './rfc-3339.js';
