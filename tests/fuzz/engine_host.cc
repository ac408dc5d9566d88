#include "fuzz/engine_host.h"

#include "homing/limits.h"
#include "session/primitives.h"
#include "wire/content.h"

namespace homing::fuzz {
namespace {

/// Far more than one frame of the largest size can cause.
constexpr size_t kOutputsPerTurnMax = 4096;

Bytes copy(ByteView bytes) { return Bytes(bytes.begin(), bytes.end()); }
std::string text_of(ByteView bytes) { return std::string(as_text(bytes)); }

}  // namespace

EngineHost::EngineHost() : bob_book_(load(bob().stored, Address{})) { open(); }

void EngineHost::open() {
  engine_.emplace(EngineOptions{"relay.example"}, random_);
  commit_.reset();
  unanswered_.clear();
  submitted_.clear();
  stopped_ = false;
  const bool fresh = disk_.empty();
  input::StorageLoaded loaded;
  for (const auto& [name, bytes] : disk_) loaded.files.push_back({name, bytes});
  feed(loaded);
  // What an engine has stored, an engine can read.
  HOMING_ASSERT(!stopped_ && engine_->address().has_value());
  if (!fresh) return;
  answer_commit(false);
}

void EngineHost::feed(const Input& input) {
  engine_->handle(input, now_);
  for (size_t outputs = 0;; ++outputs) {
    HOMING_ASSERT(outputs < kOutputsPerTurnMax);
    Output output = engine_->poll();
    if (const auto* timeout = std::get_if<output::Timeout>(&output)) {
      // A deadline that has passed already would be a loop without rest.
      HOMING_ASSERT(!timeout->at_monotonic_ms || *timeout->at_monotonic_ms > now_.monotonic_ms);
      return;
    }
    if (auto* commit = std::get_if<output::Commit>(&output)) {
      take(std::move(*commit));
    } else if (const auto* transmit = std::get_if<output::Transmit>(&output)) {
      take(*transmit);
    } else if (const auto* reply = std::get_if<output::Reply>(&output)) {
      take(*reply);
    } else if (const auto* event = std::get_if<Event>(&output)) {
      take(*event);
    } else if (const auto* connect = std::get_if<output::Connect>(&output)) {
      HOMING_ASSERT(connect->connection > connection_ || connect->connection == 1);
      // Whatever a relay says, and whatever pause it asks for, it is not dialled again at once.
      HOMING_ASSERT(!std::holds_alternative<input::FrameReceived>(input));
      connection_ = connect->connection;
    }
  }
}

void EngineHost::feed_frame(Bytes frame) {
  feed(input::FrameReceived{connection_, std::move(frame)});
}

void EngineHost::feed_command(decltype(Command::command) command) {
  unanswered_.insert(++request_);
  feed(Command{request_, std::move(command)});
}

void EngineHost::take(output::Commit commit) {
  HOMING_ASSERT(!stopped_);
  HOMING_ASSERT(!commit_ || commit_->number == commit.number);
  HOMING_ASSERT(!commit.put.empty());
  commit_ = std::move(commit);
}

void EngineHost::take(const output::Transmit& transmit) {
  HOMING_ASSERT(!stopped_ && transmit.connection == connection_);
  HOMING_ASSERT(transmit.frame.size() <= limits::kFrameBytesMax);
  const Result<wire::ClientFrame> frame = wire::decode_client_frame(transmit.frame);
  HOMING_ASSERT(frame.ok());
  if (const auto* submit = std::get_if<wire::Submit>(&*frame)) {
    submitted_.clear();
    for (const wire::SubmitItem& item : submit->items) {
      HOMING_ASSERT(decode_envelope(item.envelope).ok());
      submitted_.push_back(item.id);
    }
  } else if (const auto* publish = std::get_if<wire::Publish>(&*frame)) {
    publication_ = publish->publication;
  }
}

void EngineHost::take(const output::Reply& reply) {
  HOMING_ASSERT(unanswered_.erase(reply.request) == 1);
}

void EngineHost::take(const Event& event) {
  if (std::holds_alternative<event::Stopped>(event)) stopped_ = true;
  if (const auto* status = std::get_if<event::StatusChanged>(&event)) {
    for (const MessageId& id : status->ids) {
      // What the network has confirmed is not taken back.
      const auto rank = [](MessageStatus s) { return s <= MessageStatus::kRead ? int(s) : 0; };
      HOMING_ASSERT(rank(status->status) >= rank(told_[id]));
      told_[id] = status->status;
    }
  }
}

void EngineHost::answer_commit(bool failed) {
  if (!commit_) return;
  const output::Commit commit = *commit_;
  if (failed) return feed(input::CommitFailed{commit.number, Error::kStorageQuota});
  for (const StoredFile& file : commit.put) disk_[file.name] = file.bytes;
  for (const std::string& name : commit.remove) disk_.erase(name);
  commit_.reset();
  feed(input::Committed{commit.number});
}

void EngineHost::greet(Choices& choices) {
  feed(input::SocketOpened{connection_});
  feed_frame(wire::encode(wire::RelayFrame(wire::Challenge{})));
  const uint8_t flags = choices.u8();
  wire::Ready ready;
  ready.now_ms = (flags & 1) != 0 ? choices.u64() : now_.wall_ms;
  ready.generation = (flags & 2) != 0 ? choices.u64() : 0;
  ready.store_id[0] = (flags & 4) != 0 ? 1 : 0;
  ready.has_prekeys = (flags & 8) != 0;
  ready.one_time_prekeys = (flags & 16) != 0 ? choices.u8() : 100;
  ready.one_time_kem_prekeys = (flags & 32) != 0 ? choices.u8() : 100;
  feed_frame(wire::encode(wire::RelayFrame(ready)));
}

void EngineHost::bob_writes(ByteView content) {
  const Address alice_address = *engine_->address();
  if (!bob_book_.can_seal(alice_address, now_.wall_ms)) {
    if (publication_.empty()) return;
    const Result<PrekeyPublication> published = decode_publication(publication_);
    HOMING_ASSERT(published.ok());
    PrekeyBundle bundle{published->identity, published->signed_prekey, published->last_resort, {}};
    if (bundles_ < published->one_time.size()) {
      bundle.one_time_prekey = published->one_time[bundles_++];
    }
    HOMING_ASSERT(bob_book_.begin(alice_address, bundle, now_.wall_ms, random_).ok());
  }
  Result<Bytes> envelope = bob_book_.seal(alice_address, content, now_.wall_ms, random_);
  HOMING_ASSERT(envelope.ok());
  const wire::DeliverItem item{++place_, bob().address, MessageId::create(now_.wall_ms, random_),
                               std::move(*envelope)};
  feed_frame(wire::encode(wire::RelayFrame(wire::Deliver{{item}})));
}

void EngineHost::bob_answers(size_t form) {
  if (submitted_.empty()) return;
  if (form == 2) return bob_writes(content::encode(content::RetryRequest{submitted_}));
  const MessageStatus status = form == 0 ? MessageStatus::kDelivered : MessageStatus::kRead;
  bob_writes(content::encode(content::Receipt{status, submitted_}));
}

void EngineHost::message_wish(Choices& choices) {
  const size_t wish = choices.below(3);
  const auto latest = engine_->messages(bob().address, std::nullopt, 1);
  const MessageId id = latest.empty() ? MessageId{} : latest[0].id;
  if (wish == 0) {
    feed_command(command::Edit{bob().address, id, text_of(choices.sized())});
  } else if (wish == 1) {
    feed_command(command::Cancel{bob().address, id});
  } else {
    feed_command(command::Retry{bob().address, id});
  }
}

void EngineHost::profile_wish(Choices& choices) {
  const size_t wish = choices.below(kProfileWishes);
  const ByteView argument = choices.sized();
  if (wish == 0) {
    feed_command(command::MarkRead{bob().address});
  } else if (wish == 1) {
    feed_command(command::SetName{text_of(argument)});
  } else if (wish == 2) {
    feed_command(command::SetReadReceipts{!argument.empty()});
  } else if (wish == 3) {
    feed_command(command::AcceptInvite{text_of(argument)});
  } else if (wish == 5) {
    feed_command(command::Accept{bob().address});
  } else if (wish == 6) {
    feed_command(command::Block{bob().address});
  } else if (wish == 7) {
    feed_command(command::DeleteConversation{bob().address});
  } else if (wish == 8) {
    feed_command(command::SetVerified{bob().address, !argument.empty()});
  } else if (wish == 9) {
    feed_command(command::RenewInvite{});
  } else if (wish == 10) {
    feed_command(command::SetDeliveredReceipts{!argument.empty()});
  } else {
    feed_command(command::TryNow{});
  }
}

void EngineHost::socket(Choices& choices) {
  switch (choices.below(5)) {
    case 0:
      return feed(input::SocketOpened{connection_});
    case 1: {
      const uint16_t code = choices.u16();
      return feed(input::SocketClosed{connection_, code, text_of(choices.sized())});
    }
    case 2:
      return feed(input::ConnectivityHint{input::Hint::kOnline});
    case 3:
      return feed(input::ConnectivityHint{input::Hint::kOffline});
    default:
      return feed(input::ConnectivityHint{input::Hint::kWake});
  }
}

void EngineHost::step(Choices& choices) {
  switch (static_cast<Step>(choices.u8() % kSteps)) {
    case Step::kFrame:
      return feed_frame(copy(choices.sized()));
    case Step::kGreet:
      return greet(choices);
    case Step::kBobWrites:
      return bob_writes(choices.sized());
    case Step::kDeliver: {
      const uint64_t place = choices.u64();
      const wire::DeliverItem item{place, bob().address, MessageId::create(kNowMs, random_),
                                   copy(choices.sized())};
      return feed_frame(wire::encode(wire::RelayFrame(wire::Deliver{{item}})));
    }
    case Step::kAccept:
      if (submitted_.empty()) return;
      return feed_frame(wire::encode(wire::RelayFrame(wire::Accepted{submitted_})));
    case Step::kRefuse: {
      wire::Refused refused;
      const auto error = static_cast<Error>(std::max<uint8_t>(1, choices.u8()));
      const uint64_t pause_ms = choices.u64();
      for (const MessageId& id : submitted_) refused.items.push_back({id, error, pause_ms});
      if (refused.items.empty()) return;
      return feed_frame(wire::encode(wire::RelayFrame(refused)));
    }
    case Step::kBundle: {
      wire::Bundle bundle{bob().address, {}};
      const uint8_t form = choices.u8();
      if (form == 1) bundle.bundle = encode_bundle(bob().bundle(0));
      if (form > 1) bundle.bundle = copy(choices.sized());
      return feed_frame(wire::encode(wire::RelayFrame(bundle)));
    }
    case Step::kSend:
      return feed_command(command::Send{bob().address, text_of(choices.sized())});
    case Step::kMessageWish:
      return message_wish(choices);
    case Step::kProfileWish:
      return profile_wish(choices);
    case Step::kCommit:
      return answer_commit((choices.u8() & 1) != 0);
    case Step::kSocket:
      return socket(choices);
    case Step::kTime: {
      const uint64_t ms = uint64_t{choices.u16()} * 1000;
      now_ = {now_.monotonic_ms + ms, now_.wall_ms + ms};
      return feed(input::TimerFired{});
    }
    case Step::kRestart:
      return open();
    case Step::kBobAnswers:
      return bob_answers(choices.below(3));
  }
}

}  // namespace homing::fuzz
