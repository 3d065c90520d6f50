// One file for both, as to load the application takes long.
import './identity-provider.js';
import './key-set.js';
