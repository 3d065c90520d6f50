// One file for all of them, each with a service of its own, as to load the application takes longer than most of them.
import './airbyte.js';
import './ampersand.js';
import './estuary.js';
import './posthog.js';
import './singer.js';
