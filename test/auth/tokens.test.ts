// One file for all of them, as to load the application takes longer than most of them.
import './bearer-tokens.js';
import './choosing-a-key.js';
import './claims.js';
import './issuer-and-audience.js';
import './public-key-tokens.js';
import './token-attacks.js';
