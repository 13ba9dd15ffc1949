/** An MQTT broker inside the simulator's own process, so that a desktop needs nothing installed. */
package dev.thimble.simulator.broker;
