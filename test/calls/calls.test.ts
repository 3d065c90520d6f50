// One file for all of them, as to load the application takes longer than most of them.
import './creating-calls.js';
import './updating-calls.js';
import './attributes-of-calls.js';
import './call-purpose-of-calls.js';
