// One file for all of them, as to load the application takes longer than most of them.
import './examples.js';
import './jsona.js';
import './kitsu.js';
import './typed-client.js';
