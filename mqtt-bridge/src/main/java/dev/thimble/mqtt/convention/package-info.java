/**
 * The device as other systems expect to see it: Home Assistant discovery, Homie 5, Sparkplug B. Each convention is fed
 * with the same state — a {@link dev.thimble.mqtt.convention.DeviceModel}, what modules publish, how updates go — and
 * publishes its own view. None is on unless the device's owner asks for it.
 *
 * <p>MQTT allows one will per connection. Home Assistant uses the device's own {@code online} topic and shares the
 * device's link; Homie and Sparkplug each need their own will and so a link of their own.
 */
package dev.thimble.mqtt.convention;
