// One file for all of them, as to load the application takes longer than most of them.
import './rate-limit.js';
import './shared-rate-limit.js';
