// One file for all of them, as to load the application takes longer than most of them.
import './remembered-reads.js';
import './several-processes.js';
