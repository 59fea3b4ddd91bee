package io.moor.gateway.api;

import io.moor.gateway.attachment.Attachment;
import io.moor.gateway.attachment.AttachmentState;
import io.moor.gateway.attachment.FencingProof;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/** An attachment as the API shows it. */
record AttachmentView(
        String attachment,
        String volume,
        String instance,
        String incarnation,
        boolean readOnly,
        String path,
        long epoch,
        AttachmentState state,
        FencingProof proof,
        boolean dirty,
        @Nullable String checkResult,
        @Nullable String lastFailure,
        Attachment.@Nullable End endProof,
        Instant createdAt,
        @Nullable Instant attachedAt,
        @Nullable Instant endedAt,
        String waitingFor) {

    static AttachmentView of(Attachment attachment) {
        return new AttachmentView(
                attachment.attachment(),
                attachment.volume(),
                attachment.instance(),
                attachment.incarnation(),
                attachment.readOnly(),
                attachment.path(),
                attachment.epoch(),
                attachment.state(),
                attachment.proof(),
                attachment.dirty(),
                attachment.checkResult(),
                attachment.lastFailure(),
                attachment.end(),
                attachment.createdAt(),
                attachment.attachedAt(),
                attachment.endedAt(),
                attachment.waitingFor());
    }
}
