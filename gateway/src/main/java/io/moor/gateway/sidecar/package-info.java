/**
 * The node agent of one instance: it joins a group, makes the attachments that the gateway desires,
 * ships logs, and takes everything off the instance on a drain.
 *
 * <p>{@link io.moor.gateway.sidecar.Sidecar} owns one loop thread; everything slow runs on virtual
 * threads and wakes the loop when it is done, so that the lease is renewed whatever happens.
 */
@NullMarked
package io.moor.gateway.sidecar;

import org.jspecify.annotations.NullMarked;
