import { amplitude } from './amplitude.js';
import { braze } from './braze.js';
import { clevertap } from './clevertap.js';
import type { Destination } from './destination.js';
import { googleAds } from './google-ads.js';
import { hubspot } from './hubspot.js';
import { iterable } from './iterable.js';
import { klaviyo } from './klaviyo.js';
import { meta } from './meta.js';
import { mixpanel } from './mixpanel.js';

/** The tools that audience files are written for; a name is also that of a folder. */
export const DESTINATIONS: readonly Destination[] = [clevertap, mixpanel, braze, klaviyo, hubspot, iterable, amplitude, googleAds, meta];
