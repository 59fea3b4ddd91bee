package io.moor.demo;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The story: a server dies and its data follows to the next one; then that one is drained and
 * destroyed on purpose. Every claim is checked against the outside world (databases, topics, mount
 * tables), never against what Moor says of itself alone.
 */
record Story(Stage stage) {

    void tell() throws Exception {
        String run = Long.toString(System.currentTimeMillis() / 1000, 36);
        String joinToken = new Opening(stage).tell();
        Instance a = stage.host().boot("i-a-" + run, Stage.GROUP, joinToken);
        Fleet.Attachment first = new FirstLife(stage).tell(a);
        List<Long> acknowledgedOnA = new SuddenDeath(stage).tell(a, first);
        Instance b = stage.host().boot("i-b-" + run, Stage.GROUP, joinToken);
        Fleet.Attachment second = new SecondLife(stage).tell(b, first, acknowledgedOnA);
        new PlannedEnd(stage).tell(b, second);
        Set<Long> acknowledged = new TreeSet<>(acknowledgedOnA);
        acknowledged.addAll(b.acknowledged());
        new ReadBack(stage).tell(acknowledged, second.volume());
    }
}
