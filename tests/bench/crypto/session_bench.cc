// The session layer as the page's module has it, with two people in it, for tests/bench/crypto.mjs:
// texts and envelopes cross into JavaScript and back, as they do in the module itself.

#include <emscripten/bind.h>

#include <memory>
#include <string>

#include "browser/browser_random.h"
#include "session/session_book.h"

namespace homing {
namespace {

using emscripten::val;

constexpr uint64_t kNowMs = 1'800'000'000'000;

RandomSource& random_source() {
  static BrowserRandom source;
  static PooledRandom pool(source);
  return pool;
}

SessionBook new_person() {
  return {Identity::generate(random_source()), PrekeyStore::generate(kNowMs, random_source())};
}

/// Alice begins, bob answers. A fresh alice each time; bob goes on with what he has published.
class Pair {
 public:
  Pair()
      : bob_(std::make_unique<SessionBook>(new_person())),
        publication_(bob_->prekeys().publication(bob_->identity())) {}

  /// Not timed: another alice, and a bundle of bob's as the relay hands it out.
  void prepare() {
    alice_ = std::make_unique<SessionBook>(new_person());
    if (claimed_ == publication_.one_time_kem.size()) {
      bob_->refill_prekeys(publication_.one_time.size(), publication_.one_time_kem.size(),
                           random_source());
      publication_ = bob_->prekeys().publication(bob_->identity());
      claimed_ = 0;
    }
    PrekeyBundle bundle{publication_.identity, publication_.signed_prekey,
                        publication_.one_time_kem[claimed_], publication_.one_time[claimed_]};
    bundle_ = encode_bundle(bundle);
    ++claimed_;
  }

  bool begin() {
    const Result<PrekeyBundle> bundle = decode_bundle(bundle_);
    return bundle.ok() &&
           alice_->begin(bob_->identity().address(), *bundle, kNowMs, random_source()).ok();
  }

  val seal(bool by_alice, const std::string& text) {
    const Result<Bytes> envelope = from(by_alice).seal(from(!by_alice).identity().address(),
                                                       as_bytes(text), kNowMs, random_source());
    if (!envelope) return val::undefined();
    return val(emscripten::typed_memory_view(envelope->size(), envelope->data()))
        .call<val>("slice");
  }

  std::string open(bool by_alice, const std::string& envelope) {
    const Result<SecretBytes> text =
        from(by_alice).open(from(!by_alice).identity().address(), as_bytes(envelope), kNowMs);
    return text.ok() ? std::string(as_text(text->view())) : std::string();
  }

 private:
  SessionBook& from(bool alice) { return alice ? *alice_ : *bob_; }

  std::unique_ptr<SessionBook> alice_;
  std::unique_ptr<SessionBook> bob_;
  PrekeyPublication publication_;
  size_t claimed_ = 0;
  Bytes bundle_;
};

}  // namespace
}  // namespace homing

EMSCRIPTEN_BINDINGS(session_bench) {
  emscripten::class_<homing::Pair>("Pair")
      .constructor<>()
      .function("prepare", &homing::Pair::prepare)
      .function("begin", &homing::Pair::begin)
      .function("seal", &homing::Pair::seal)
      .function("open", &homing::Pair::open);
}
