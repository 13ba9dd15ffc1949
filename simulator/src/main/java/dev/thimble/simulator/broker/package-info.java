/** An MQTT broker inside the simulator's own process, so that a desktop needs nothing installed, and an independent client. */
package dev.thimble.simulator.broker;
