package dev.thimble.agent.convention;

/**
 * Which conventions the device follows beside its own topics.
 *
 * @param homeAssistantPrefix discovery prefix, null for no Home Assistant
 * @param homie whether it is a Homie 5 device
 * @param sparkplugGroup Sparkplug group, null for no Sparkplug
 */
public record ConventionOptions(String homeAssistantPrefix, boolean homie, String sparkplugGroup) {
    public static final ConventionOptions NONE = new ConventionOptions(null, false, null);

    /** Whether anybody wants the values themselves; Home Assistant reads the modules' own topics. */
    boolean republishes() {
        return homie || sparkplugGroup != null;
    }
}
