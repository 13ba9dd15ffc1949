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

    private String up(String rest) {
        return root + "/d/" + device + "/up/" + rest;
    }

    private String down(String rest) {
        return root + "/d/" + device + "/dn/" + rest;
    }
}
