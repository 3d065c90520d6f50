// One file for all of them, as to load the application takes longer than most of them.
import './includes-and-links.js';
import './scopes-and-policy.js';
import './users.js';
