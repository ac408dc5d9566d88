# The core, in the order of a message's life.
set(HOMING_CORE_SOURCES
    # bytes, secrets, randomness, errors
    src/bytes.cc
    src/result.cc
    src/message.cc
    # Send pressed: the command, the state it changes, the journal that keeps it
    src/engine/engine.cc
    src/engine/commands.cc
    src/engine/contacts.cc
    src/engine/prekeys.cc
    src/engine/queries.cc
    src/engine/conversations.cc
    src/engine/storage.cc
    src/journal/journal_format.cc
    src/journal/record.cc
    src/journal/key_file.cc
    src/journal/passphrase.cc
    src/journal/file_codec.cc
    src/journal/journal.cc
    src/journal/replay.cc
    src/backup/backup_format.cc
    src/backup/backup_writer.cc
    src/backup/backup_reader.cc
    # waiting in its lane, going out when its turn comes
    src/outbox/outbox.cc
    src/outbox/sending.cc
    src/outbox/resending.cc
    src/transport/connection.cc
    src/transport/relay_frames.cc
    # keys, handshake, ratchet: what makes an envelope of content and back
    src/session/primitives.cc
    src/session/address.cc
    src/session/identity.cc
    src/session/prekey_bundle.cc
    src/session/prekey_store.cc
    src/session/envelope.cc
    src/session/handshake.cc
    src/session/chain_key.cc
    src/session/root_key.cc
    src/session/skipped_keys.cc
    src/session/receiving_chain.cc
    src/session/padding.cc
    src/session/ratchet.cc
    src/session/session.cc
    src/session/session_book.cc
    src/session/safety_number.cc
    # bytes on the wire
    src/wire/utf8.cc
    src/wire/cbor.cc
    src/wire/frame.cc
    src/wire/client_frame.cc
    src/wire/relay_frame.cc
    src/wire/content.cc
    src/wire/invite.cc
    # arriving, being answered for
    src/inbox/receiving.cc
    src/inbox/retry_requests.cc
    src/receipts/receipts.cc
)
