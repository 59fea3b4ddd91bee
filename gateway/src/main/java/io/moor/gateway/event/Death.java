package io.moor.gateway.event;

import io.moor.gateway.instance.Instance;

import java.util.Objects;

/** Whether a terminated event is about a given life of an instance. Pure. */
sealed interface Death {

    /** It is. */
    record Applies() implements Death {}

    /** It is about another life; acting on it would take volumes from a living instance. */
    record OtherLife(String why) implements Death {}

    /**
     * An event that names the life by boot id or incarnation is about that one. Else one that is
     * older than the registration is about an earlier life. That compares clocks of two machines,
     * and may only make the gateway more careful, never less. An event that says neither which life
     * nor when is believed only while there has been a single life: a late one about the life
     * before would take volumes from a living instance.
     *
     * @param onlyLife whether the instance has never been registered before this life
     */
    static Death decide(CloudEvent event, Instance instance, boolean onlyLife) {
        boolean named = event.bootId() != null || event.incarnation() != null;
        if (named) {
            boolean same =
                    (event.bootId() == null || Objects.equals(event.bootId(), instance.bootId()))
                            && (event.incarnation() == null
                                    || Objects.equals(event.incarnation(), instance.incarnation()));
            return same
                    ? new Applies()
                    : new OtherLife(instance.incarnation() + " is another life than the one named");
        }
        if (event.time() != null && event.time().isBefore(instance.registeredAt())) {
            return new OtherLife(
                    "the event is of "
                            + event.time()
                            + ", "
                            + instance.incarnation()
                            + " joined later, at "
                            + instance.registeredAt());
        }
        if (event.time() == null && !onlyLife) {
            return new OtherLife(
                    "the event does not say which life of the instance it is about, and there have"
                            + " been several; name its incarnation (now "
                            + instance.incarnation()
                            + ") or boot id in the event's data");
        }
        return new Applies();
    }
}
