package dev.thimble.mqtt.paho;

import org.eclipse.paho.mqttv5.client.MqttClientException;
import org.eclipse.paho.mqttv5.common.MqttException;

/** MQTT 5 reason codes (MQTT 5.0, section 2.4) and Paho's exceptions in words. */
final class ReasonCode {

    static final int FIRST_ERROR = 0x80;

    private ReasonCode() {
    }

    static String describe(int code) {
        String words = switch (code) {
            case 0x80 -> "unspecified error";
            case 0x81 -> "malformed packet";
            case 0x82 -> "protocol error";
            case 0x83 -> "implementation specific error";
            case 0x84 -> "the broker does not speak MQTT 5";
            case 0x85 -> "client identifier not valid";
            case 0x86 -> "bad user name or password";
            case 0x87 -> "not authorized";
            case 0x88 -> "server unavailable";
            case 0x89 -> "server busy";
            case 0x8A -> "banned";
            case 0x8B -> "server shutting down";
            case 0x8C -> "bad authentication method";
            case 0x8D -> "keep alive timeout";
            case 0x8E -> "session taken over by another client with the same identifier";
            case 0x8F -> "topic filter invalid";
            case 0x90 -> "topic name invalid";
            case 0x93 -> "receive maximum exceeded";
            case 0x95 -> "packet too large";
            case 0x96 -> "message rate too high";
            case 0x97 -> "quota exceeded";
            case 0x98 -> "administrative action";
            case 0x99 -> "payload format invalid";
            case 0x9A -> "retain not supported";
            case 0x9B -> "quality of service not supported";
            case 0x9C -> "use another server";
            case 0x9D -> "server moved";
            case 0x9E -> "shared subscriptions not supported";
            case 0x9F -> "connection rate exceeded";
            case 0xA1 -> "subscription identifiers not supported";
            case 0xA2 -> "wildcard subscriptions not supported";
            default -> "reason code";
        };
        return words + " (0x" + Integer.toHexString(code) + ")";
    }

    static String describe(Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof MqttException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof MqttException mqtt) {
            int code = mqtt.getReasonCode();
            if (code >= FIRST_ERROR && code <= 0xFF) {
                return describe(code);
            }
            return switch (code) {
                case MqttClientException.REASON_CODE_CONNECTION_LOST -> "connection lost";
                case MqttClientException.REASON_CODE_CLIENT_TIMEOUT -> "the broker is silent: a ping was not answered";
                default -> mqtt.getMessage();
            };
        }
        String message = cause.getMessage();
        return cause.getClass().getSimpleName() + (message == null ? "" : ": " + message);
    }
}
