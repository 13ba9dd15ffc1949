package dev.thimble.agent.port;

/**
 * Every topic of one device. A device publishes only under {@code up/} and subscribes only to {@code dn/}, the
 * carousel and the keys, so that a broker's access list needs one line for each.
 *
 * @param root first levels of every topic, for example {@code thimble/1}
 * @param device the device's identity, one level
 */
public record Topics(String root, String device) {
    public String online() {
        return up("online");
    }

    public String birth() {
        return up("birth");
    }

    public String reported() {
        return up("reported");
    }

    public String event() {
        return up("event");
    }

    /** Failures of modules as JSON. */
    public String incident() {
        return up("incident");
    }

    /** Where the device asks for manifests and chunks. */
    public String get() {
        return up("get");
    }

    /** Where a device answers one request. */
    public String reply(String id) {
        return up("reply/" + id);
    }

    public String desired() {
        return down("desired");
    }

    /** @param verb or {@code +} */
    public String command(String verb) {
        return down("cmd/" + verb);
    }

    /** @param number or {@code +} */
    public String block(String blob, String number) {
        return down("blk/" + blob + "/" + number);
    }

    /** @param number or {@code +} */
    public String carousel(String blob, String number) {
        return root + "/b/" + blob + "/" + number;
    }

    public String keys(String rest) {
        return root + "/keys/" + rest;
    }

    /** Prefix of what a module publishes; it ends with a slash. */
    public String published(String module) {
        return up("data/" + module + "/");
    }

    /** Prefix of what a module subscribes to; it ends with a slash. */
    public String subscribed(String module) {
        return down("data/" + module + "/");
    }

    /**
     * Whose topic this is, under the same root.
     *
     * @return the device's identity, or null when the topic is not one of a device
     */
    public String deviceOf(String topic) {
        String prefix = root + "/d/";
        if (!topic.startsWith(prefix)) {
            return null;
        }
        int end = topic.indexOf('/', prefix.length());
        boolean named = end > prefix.length() && (topic.startsWith("up/", end + 1) || topic.startsWith("dn/", end + 1));
        return named ? topic.substring(prefix.length(), end) : null;
    }

    /** Which chunk a topic names; {@code number} is −1 when its last level is no number. */
    public record Block(String blob, int number) {}

    /**
     * Reads the last two levels of a topic made by {@link #block} or {@link #carousel}.
     *
     * @return null when it has fewer
     */
    public static Block blockOf(String topic) {
        int last = topic.lastIndexOf('/');
        int before = topic.lastIndexOf('/', last - 1);
        if (last < 1 || before < 0) {
            return null;
        }
        String number = topic.substring(last + 1);
        return new Block(topic.substring(before + 1, last), number.matches("[0-9]{1,9}") ? Integer.parseInt(number) : -1);
    }

    /** The topics of another device under the same root. */
    public Topics of(String other) {
        return new Topics(root, other);
    }

    private String up(String rest) {
        return root + "/d/" + device + "/up/" + rest;
    }

    private String down(String rest) {
        return root + "/d/" + device + "/dn/" + rest;
    }
}
