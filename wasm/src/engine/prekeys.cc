#include "engine/implementation.h"
#include "homing/limits.h"
#include "plant.h"

namespace homing {

/// Keeps the relay supplied: with a new signed prekey when the present one is old, with one-time
/// keys when they run out, with everything when it has nothing of ours. Looked at whenever the
/// relay says how many it has, and at its pings, so that a page that stays open for weeks does it,
/// too.
void Engine::Implementation::supply_prekeys() {
  if (uploading_) return;
  const bool low = relay_prekeys_.one_time < limits::kOneTimePrekeys / 4 ||
                   relay_prekeys_.one_time_kem < limits::kOneTimeKemPrekeys / 4;
  if (sessions_->prekeys().renewal_due(now_.wall_ms)) {
    sessions_->renew_prekeys(now_.wall_ms, random_);
  } else if (sessions_->prekeys().published() && low && now_.monotonic_ms >= refill_at_ms_) {
    refill_at_ms_ = now_.monotonic_ms + limits::kRefillMs;
    if (relay_prekeys_.any) {
      sessions_->refill_prekeys(limits::kOneTimePrekeys - relay_prekeys_.one_time,
                                limits::kOneTimeKemPrekeys - relay_prekeys_.one_time_kem, random_);
    } else {
      // Of what it has lost it may have handed out some, and a one-time key serves once.
      sessions_->renew_prekeys(now_.wall_ms, random_);
    }
  }
  // What was never answered for goes again as it is, after a crash or on the next connection.
  if (sessions_->prekeys().published() && relay_prekeys_.any) return;
  uploading_ = true;
  // Stored before it is published: a key whose private half is lost makes messages unreadable.
  store_sessions();
  const PrekeyPublication publication = sessions_->prekeys().publication(sessions_->identity());
  const wire::Publish publish{++uploads_, encode_publication(publication)};
  if (HOMING_PLANT(publish_before_commit)) {
    return emit_now(output::Transmit{connection_.number(), wire::encode(publish)});
  }
  transmit(publish);
}

void Engine::Implementation::told_prekeys(uint32_t one_time, uint32_t one_time_kem, bool any) {
  relay_prekeys_.one_time = std::min<size_t>(one_time, limits::kOneTimePrekeys);
  relay_prekeys_.one_time_kem = std::min<size_t>(one_time_kem, limits::kOneTimeKemPrekeys);
  relay_prekeys_.any = any;
  supply_prekeys();
}

void Engine::Implementation::on_frame(const wire::Published& f) {
  connection_.worked();
  if (!uploading_ || f.upload != uploads_) return;
  uploading_ = false;
  relay_prekeys_ = {};
  if (!sessions_->prekeys().published()) sessions_->mark_prekeys_published();
}

void Engine::Implementation::on_frame(const wire::PrekeysLow& f) {
  told_prekeys(f.one_time_prekeys, f.one_time_kem_prekeys, true);
}

}  // namespace homing
