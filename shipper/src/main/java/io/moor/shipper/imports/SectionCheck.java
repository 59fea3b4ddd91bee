package io.moor.shipper.imports;

import io.moor.shipper.config.ConfigException;
import io.moor.shipper.config.ConfigFile;
import io.moor.shipper.config.Default;
import io.moor.shipper.config.LogConfig;
import io.moor.shipper.kafka.KafkaProperties;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Asks the configuration reader of Moor about what is going to be written, so that nothing is that
 * it does not understand.
 */
final class SectionCheck {

    /** What is written. */
    private record Section(@Default("{}") Map<String, String> kafka, List<LogConfig> logs) {}

    private SectionCheck() {}

    /** Takes away what Moor would refuse, and says so. */
    static void apply(Drafts drafts) {
        for (String name : List.copyOf(drafts.kafka.keySet())) {
            try {
                KafkaProperties.check(Map.of(name, drafts.kafka.get(name)), true);
            } catch (IllegalArgumentException e) {
                drafts.kafka.remove(name);
                drafts.findings.note(
                        new Setting(new Place("kafka", 0), name, ""),
                        String.valueOf(e.getMessage()));
            }
        }
        drafts.logs.removeIf(draft -> {
            Optional<String> refusal = refusal(draft);
            refusal.ifPresent(why -> drafts.findings.lost(draft.origin, why));
            return refusal.isPresent();
        });
    }

    private static Optional<String> refusal(Draft draft) {
        Drafts alone = new Drafts();
        alone.logs.add(draft);
        try {
            ConfigFile.parse("logs", SectionWriter.write(alone), Section.class, environment(draft));
            return Optional.empty();
        } catch (ConfigException e) {
            String first = e.problems().getFirst().replaceFirst("^logs:\\d*:? ?", "");
            return Optional.of("the source is left out, because Moor refuses it: " + first);
        }
    }

    /** What a variable says is not known here; at the begin of a path it says one. */
    private static java.util.function.Function<String, @Nullable String> environment(Draft draft) {
        return name ->
                draft.files.stream().anyMatch(each -> each.startsWith("${env:" + name + "}"))
                        ? "/x"
                        : "x";
    }
}
