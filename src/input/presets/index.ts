import { amplitude } from './amplitude.js';
import { cdnow } from './cdnow.js';
import { clevertap } from './clevertap.js';
import { ga4 } from './ga4.js';
import { heap } from './heap.js';
import { matomo } from './matomo.js';
import { mixpanel, mixpanelWarehouse } from './mixpanel.js';
import { posthog } from './posthog.js';
import type { Preset } from './preset.js';
import { rees46 } from './rees46.js';
import { retailrocket } from './retailrocket.js';
import { rudderstackTracks, segmentTracks } from './segment.js';
import { shopify } from './shopify.js';
import { snowplow } from './snowplow.js';
import { stripe } from './stripe.js';
import { stripeApi } from './stripe-api.js';
import { uciOnlineRetail } from './uci-online-retail.js';
import { woocommerce } from './woocommerce.js';

/** Every export that is known by its columns: tools that record events, then shops, then public data sets. */
export const PRESETS: readonly Preset[] = [
  mixpanel,
  mixpanelWarehouse,
  amplitude,
  clevertap,
  posthog,
  segmentTracks,
  rudderstackTracks,
  ga4,
  snowplow,
  matomo,
  heap,
  shopify,
  stripe,
  stripeApi,
  woocommerce,
  rees46,
  retailrocket,
  uciOnlineRetail,
  cdnow,
];
