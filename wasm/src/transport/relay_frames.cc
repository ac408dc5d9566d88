#include "engine/implementation.h"
#include "homing/limits.h"
#include "plant.h"

/// The frames that keep the connection and the mailbox going; those that carry messages are in
/// outbox/sending.cc and inbox/receiving.cc, those about prekeys in engine/prekeys.cc.
namespace homing {

void Engine::Implementation::on_frame(const wire::Challenge& f) {
  wire::Hello hello;
  const IdentityKeys& keys = sessions_->identity().public_keys();
  hello.address = sessions_->identity().address();
  hello.signing_key = keys.signing_key;
  hello.identity_key = keys.identity_key;
  hello.client_nonce = random_.array<32>();
  hello.signature = sessions_->identity().sign(
      purpose::kRelayAuth, wire::auth_message(options_.relay_host, f.nonce, hello));
  hello.generation = mailbox_.told;
  transmit(hello);
}

void Engine::Implementation::on_frame(const wire::Ready& f) {
  if (f.generation > std::max(limits::kGenerationClaimedMax, mailbox_.told)) {
    std::vector<Output> outputs;
    connection_.fail(Error::kProtocol, 0, now_.monotonic_ms, outputs);
    return take_connection_outputs(std::move(outputs));
  }
  connection_.ready(now_.monotonic_ms);
  relay_minus_monotonic_ms_ = f.now_ms - now_.monotonic_ms;
  take_connection_outputs({});
  if (f.generation > mailbox_.told && !HOMING_PLANT(rollback_ignored)) {
    // The relay has seen a later state of this device than the device has: its store was rolled
    // back. Sealing from an old ratchet state would use message keys twice.
    journal_.raise_generation(f.generation);
    distrust_state(f.generation);
    store(record::Mailbox{mailbox_.store_id, mailbox_.place, f.generation});
  }
  if (f.store_id != mailbox_.store_id) store(record::Mailbox{f.store_id, 0, mailbox_.told});
  uploading_ = false;
  told_prekeys(f.one_time_prekeys, f.one_time_kem_prekeys, f.has_prekeys);
}

void Engine::Implementation::on_frame(const wire::Drained&) { connection_.worked(); }

void Engine::Implementation::on_frame(const wire::RelayPing& f) {
  emit_now(output::Transmit{connection_.number(), wire::encode(wire::Pong{f.token})});
  supply_prekeys();
  ask_for_missing();
}

void Engine::Implementation::on_frame(const wire::RelayPong& f) { connection_.ponged(f.token); }

void Engine::Implementation::on_frame(const wire::ErrorFrame& f) {
  if (f.regarding == wire::FrameType::kClaim) {
    const uint64_t pause_ms = std::max(f.retry_after_ms, limits::kBackoffMsMin);
    for (auto& [peer, lane] : outbox_.lanes()) {
      if (lane.claiming) block(lane, pause_ms, WaitReason::kRateLimited, f.error);
    }
    note_answer();
    return;
  }
  if (f.regarding == wire::FrameType::kPublish) return;  // `ready` asks again next time
  std::vector<Output> outputs;
  connection_.fail(f.error, f.retry_after_ms, now_.monotonic_ms, outputs);
  take_connection_outputs(std::move(outputs));
}

}  // namespace homing
