package io.moor.shipper.cli;

import picocli.CommandLine.IVersionProvider;

import java.io.IOException;
import java.util.Properties;

/** What {@code --version} prints; the build writes it into a resource. */
public final class Version implements IVersionProvider {

    /** The version of this build, like {@code 0.1.0}. */
    public static String current() {
        try (var stream = Version.class.getResourceAsStream("version.properties")) {
            var properties = new Properties();
            if (stream != null) {
                properties.load(stream);
            }
            return properties.getProperty("version", "unknown");
        } catch (IOException e) {
            return "unknown";
        }
    }

    @Override
    public String[] getVersion() {
        return new String[] {"moor " + current(), "Java " + Runtime.version()};
    }
}
