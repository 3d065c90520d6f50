// One file, as to load the application takes longer than most of these.
import './choosing-a-key.js';
import './issuer-and-audience.js';
import './public-key-tokens.js';
