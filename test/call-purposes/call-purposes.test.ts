// One file for all of them, as to load the application takes longer than most of them.
import './creating-call-purposes.js';
import './naming-call-purposes.js';
import './updating-call-purposes.js';
import './deleting-call-purposes.js';
import './managing-call-purposes.js';
import './conditional-requests.js';
import './concurrency.js';
