// One file for all of them, as to load the application takes longer than most of them.
import './admission.js';
import './request-turns.js';
import './answer-headers.js';
import './cors.js';
