// One file, as to load the application takes longer than most of these.
import './jsona.js';
import './kitsu.js';
