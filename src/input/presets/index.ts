import { cdnow } from './cdnow.js';
import type { Preset } from './preset.js';
import { rees46 } from './rees46.js';
import { retailrocket } from './retailrocket.js';
import { shopify } from './shopify.js';
import { stripe } from './stripe.js';
import { stripeApi } from './stripe-api.js';
import { uciOnlineRetail } from './uci-online-retail.js';
import { woocommerce } from './woocommerce.js';

/** Every export that is known by its columns. */
export const PRESETS: readonly Preset[] = [shopify, stripe, stripeApi, woocommerce, rees46, retailrocket, uciOnlineRetail, cdnow];
