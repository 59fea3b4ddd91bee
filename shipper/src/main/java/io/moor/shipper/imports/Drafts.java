package io.moor.shipper.imports;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a configuration becomes, before it is checked. Not thread-safe. */
final class Drafts {

    final List<Draft> logs = new ArrayList<>();

    /** Properties of the Kafka clients. */
    final Map<String, String> kafka = new LinkedHashMap<>();

    /** Properties that a user has to fill in, because they are secrets: name and a hint. */
    final Map<String, String> kafkaSecrets = new LinkedHashMap<>();

    final Findings findings;

    Drafts() {
        this(new Findings());
    }

    Drafts(Findings findings) {
        this.findings = findings;
    }

    /** Why a topic was chosen, for sources whose destination is not Kafka. */
    static final String TOPIC_CHOSEN =
            "the topic is chosen by the import, because the configuration names none for it";
}
