export { nearest as nearestName } from '../errors/nearest.js';
