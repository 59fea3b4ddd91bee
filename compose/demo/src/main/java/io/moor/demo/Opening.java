package io.moor.demo;

/** The stage is cleared of earlier runs, and a group is declared. */
record Opening(Stage stage) {

    private static final long VOLUME_BYTES = 1L << 30;

    /** Returns the join token of the group. */
    String tell() throws Exception {
        clearTheStage();
        return prepareGroup();
    }

    /**
     * Instances and volumes of an earlier run that was cut short are retired first: the story
     * starts with nothing.
     */
    private void clearTheStage() throws Exception {
        for (String instance : stage.fleet().livingInstances(Stage.GROUP)) {
            stage.say(
                    "an earlier run left instance "
                            + instance
                            + " behind; its processes are gone, telling the control plane");
            stage.fleet().terminated(instance);
        }
        stage.fleet().deleteGroup(Stage.GROUP);
        for (String volume : stage.fleet().volumes(Stage.GROUP)) {
            stage.awaitThat(
                    "volume " + volume + " of an earlier run to be deleted", () -> deleted(volume));
        }
    }

    private boolean deleted(String volume) throws Exception {
        if (!stage.fleet().volumes(Stage.GROUP).contains(volume)) {
            return true;
        }
        try {
            stage.fleet().deleteVolume(volume);
        } catch (GatewayApi.Refused refused) {
            // 409: still attached; the eviction is under way. 404: gone.
            if (refused.status() != 409 && refused.status() != 404) {
                throw refused;
            }
        }
        return false;
    }

    private String prepareGroup() throws Exception {
        stage.chapter("A group of disposable servers");
        stage.fleet()
                .applyGroup(Stage.GROUP, stage.namespaces() ? "image" : "directory", VOLUME_BYTES);
        stage.say(
                "group '"
                        + Stage.GROUP
                        + "': one slot, a claim 'data' on "
                        + (stage.namespaces() ? "an image" : "a directory")
                        + " volume, 1 GiB");
        return stage.fleet().joinToken(Stage.GROUP);
    }
}
