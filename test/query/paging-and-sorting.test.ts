// One file for all of them, as to load the application takes longer than most of them.
import './cursors.js';
import './paging.js';
import './paging.property.js';
import './sorting.js';
