package dev.thimble.simulator.broker;

import io.moquette.broker.Server;
import io.moquette.interception.AbstractInterceptHandler;
import io.moquette.interception.messages.InterceptConnectMessage;
import io.moquette.interception.messages.InterceptConnectionLostMessage;
import io.moquette.interception.messages.InterceptDisconnectMessage;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttQoS;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Stores wills that ask to be retained. Moquette 0.18.1 sends such a will to present subscribers only, so a device that
 * vanished would look online to whoever subscribes later. Present subscribers get the will a second time.
 */
final class RetainedWills extends AbstractInterceptHandler {

    private record Will(String topic, byte[] payload) {
    }

    private final Server server;
    private final Map<String, Will> wills = new ConcurrentHashMap<>();

    RetainedWills(Server server) {
        this.server = server;
    }

    @Override
    public String getID() {
        return "retained-wills";
    }

    @Override
    public Class<?>[] getInterceptedMessageTypes() {
        return new Class<?>[] {InterceptConnectMessage.class, InterceptDisconnectMessage.class,
            InterceptConnectionLostMessage.class};
    }

    @Override
    public void onConnect(InterceptConnectMessage connect) {
        if (connect.isWillFlag() && connect.isWillRetain()) {
            wills.put(connect.getClientID(), new Will(connect.getWillTopic(), connect.getWillMessage()));
        } else {
            wills.remove(connect.getClientID());
        }
    }

    @Override
    public void onDisconnect(InterceptDisconnectMessage disconnect) {
        wills.remove(disconnect.getClientID());
    }

    @Override
    public void onConnectionLost(InterceptConnectionLostMessage lost) {
        Will will = wills.remove(lost.getClientID());
        if (will != null) {
            // Moquette stores no retained message of quality of service 0.
            server.internalPublish(MqttMessageBuilders.publish().topicName(will.topic).retained(true)
                    .qos(MqttQoS.AT_LEAST_ONCE).payload(Unpooled.wrappedBuffer(will.payload)).build(),
                    lost.getClientID());
        }
    }

    @Override
    public void onSessionLoopError(Throwable error) {
        throw new IllegalStateException("embedded broker", error);
    }
}
