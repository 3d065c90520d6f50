// One file for all of them, as to load the application takes longer than most of them.
import './filters.js';
import './filter-values.js';
import './filters.property.js';
