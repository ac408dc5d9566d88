#include "browser/host.h"

#include <emscripten.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "journal/journal_format.h"
#include "journal/key_file.h"

extern "C" {
// In host_delivery.js: calls homing_host_deliver() in a microtask, unless cancelled before.
void homing_host_schedule(homing::Host* host);
void homing_host_cancel(homing::Host* host);

// Called by host_delivery.js.
EMSCRIPTEN_KEEPALIVE void homing_host_deliver(homing::Host* host) { host->deliver(); }
}

namespace homing {
namespace {

template <typename Clock>
uint64_t milliseconds() {
  const auto since = Clock::now().time_since_epoch();
  return static_cast<uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(since).count());
}

const std::string kKeyFileName(journal::kKeyFileName);

StoredFile* find_key_file(std::vector<StoredFile>& files) {
  const auto found = std::find_if(files.begin(), files.end(),
                                  [](const StoredFile& file) { return file.name == kKeyFileName; });
  return found == files.end() ? nullptr : &*found;
}

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_';
}

}  // namespace

std::string host_of_url(std::string_view url) {
  const size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return "";
  std::string_view host = url.substr(scheme + 3);
  host = host.substr(0, host.find_first_of("/?#\\"));
  if (const size_t user = host.rfind('@'); user != std::string_view::npos) {
    host.remove_prefix(user + 1);
  }
  // The colons of an IPv6 address stand between brackets.
  const size_t bracket = host.rfind(']');
  const size_t colon = host.find(':', bracket == std::string_view::npos ? 0 : bracket);
  std::string out(host.substr(0, colon));
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

std::string mountpoint_of_profile(std::string_view profile) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  std::string out = "/homing/";
  for (const char c : profile) {
    if (is_plain(c)) {
      out += c;
      continue;
    }
    const auto byte = static_cast<uint8_t>(c);
    out += '%';
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }
  return out;
}

Host::Host(Options options)
    : options_(std::move(options)),
      engine_({.relay_host = host_of_url(options_.relay_url), .must_exist = options_.must_exist},
              random_),
      store_({.mountpoint = mountpoint_of_profile(options_.profile),
              .durability = options_.durability,
              .sealed_file = kKeyFileName}),
      socket_({.opened = [this](uint64_t number) { feed(input::SocketOpened{number}); },
               .received =
                   [this](uint64_t number, Bytes frame) {
                     feed(input::FrameReceived{number, std::move(frame)});
                   },
               .closed =
                   [this](uint64_t number, uint16_t code, std::string reason) {
                     feed(input::SocketClosed{number, code, std::move(reason)});
                   }}),
      timer_([this] { feed(input::TimerFired{}); }) {}

void Host::open() {
  if (is_closed_) return;
  connectivity_.emplace([this](input::Hint hint) { this->hint(hint); });
  store_.open([this](Result<std::vector<StoredFile>> files) {
    if (!files.ok()) {
      // The engine never starts: it must not take a store that cannot be read for an empty one.
      tell(Event(event::Stopped{files.error()}));
      return;
    }
    const StoredFile* key = find_key_file(*files);
    if (key != nullptr) key_file_ = key->bytes;
    if (!has_passphrase()) return start(std::move(*files));
    locked_files_ = std::move(*files);
    tell(Locked{});
  });
}

bool Host::has_passphrase() const {
  const Result<journal::Wrapping> wrapping = journal::decode_key_head(key_file_);
  return wrapping.ok() && *wrapping == journal::Wrapping::kPassphrase;
}

void Host::unlock(Bytes key_file) {
  if (is_closed_ || locked_files_.empty()) return;
  find_key_file(locked_files_)->bytes = std::move(key_file);
  start(std::exchange(locked_files_, {}));
}

void Host::start(std::vector<StoredFile> files) {
  // What cannot be read is for the engine to refuse; a new journal gets its key from the engine.
  if (const StoredFile* key = find_key_file(files)) open_key_file_ = SecretBytes(key->bytes);
  is_loaded_ = true;
  feed(input::StorageLoaded{std::move(files)});
  if (!Connectivity::may_be_online()) hint(input::Hint::kOffline);
}

void Host::set_key_file(uint32_t request, Bytes key_file) {
  if (is_closed_) return;
  if (!is_loaded_ || key_file_.empty() || new_key_file_) return refuse(request, Error::kNotReady);
  new_key_file_ = NewKeyFile{request, std::move(key_file)};
  store_next();
}

std::vector<StoredFile> Host::read_files() {
  if (!is_loaded_) return {};
  Result<std::vector<StoredFile>> files = store_.read_files();
  StoredFile* key = files.ok() ? find_key_file(*files) : nullptr;
  if (key == nullptr) return {};
  key->bytes.assign(open_key_file_.view().begin(), open_key_file_.view().end());
  return std::move(*files);
}

void Host::import_files(uint32_t request, std::vector<StoredFile> files) {
  store_.open([this, request, put = std::move(files)](Result<std::vector<StoredFile>> found) {
    if (!found.ok()) return reply(request, found.error());
    if (!found->empty()) return reply(request, Error::kNotEmpty);
    store_.commit(put, {}, [this, request](Result<void> done) { reply(request, done); });
  });
}

void Host::reply(uint32_t request, Result<void> done) {
  output::Reply answer;
  answer.request = request;
  if (!done.ok()) answer.error = done.error();
  tell(std::move(answer));
}

void Host::close() {
  is_closed_ = true;
  is_loaded_ = false;
  inputs_.clear();
  events_.clear();
  commit_.reset();
  locked_files_.clear();
  open_key_file_.clear();
  homing_host_cancel(this);
  connectivity_.reset();
  timer_.set(std::nullopt, 0);
  socket_.close();
  store_.close();
}

void Host::handle(Command command) {
  if (is_loaded_) {
    feed(std::move(command));
  } else if (!is_closed_) {
    refuse(command.request, Error::kNotReady);
  }
}

void Host::refuse(uint32_t request, Error error) {
  if (is_closed_) return;
  tell(output::Reply{.request = request, .error = error, .message = {}, .peer = {}});
}

void Host::hint(input::Hint hint) {
  // Before the journal is there nothing depends on it, and open() asks again afterwards.
  if (is_loaded_) feed(input::ConnectivityHint{hint});
}

Time Host::now() {
  return {.monotonic_ms = milliseconds<std::chrono::steady_clock>(),
          .wall_ms = milliseconds<std::chrono::system_clock>()};
}

void Host::deliver() {
  // Taken out first: what the owner does in its callback may tell more, or close the host.
  std::vector<HostEvent> events = std::exchange(events_, {});
  const auto on_events = options_.on_events;
  if (!is_closed_) on_events(std::move(events));
}

void Host::feed(Input input) {
  if (is_closed_) return;
  inputs_.push_back(std::move(input));
  // Carrying out an output can make a new input at once (a frame that cannot be sent).
  if (is_running_) return;
  is_running_ = true;
  while (!inputs_.empty()) {
    const Input next = std::move(inputs_.front());
    inputs_.pop_front();
    engine_.handle(next, now());
    drain();
  }
  is_running_ = false;
}

void Host::drain() {
  for (;;) {
    Output output = engine_.poll();
    if (const auto* timeout = std::get_if<output::Timeout>(&output)) {
      timer_.set(timeout->at_monotonic_ms, now().monotonic_ms);
      return;
    }
    std::visit(
        [this](auto& one) {
          if constexpr (!std::is_same_v<std::decay_t<decltype(one)>, output::Timeout>) {
            carry_out(one);
          }
        },
        output);
  }
}

void Host::carry_out(output::Commit& commit) {
  if (const StoredFile* key = find_key_file(commit.put)) {
    key_file_ = key->bytes;
    open_key_file_ = SecretBytes(key->bytes);
  }
  commit_ = std::move(commit);
  store_next();
}

void Host::store_next() {
  if (is_storing_) return;
  // A new key file first: while messages stream in, there is always another commit.
  if (new_key_file_) {
    is_storing_ = true;
    store_.commit({{kKeyFileName, new_key_file_->bytes}}, {}, [this](Result<void> done) {
      is_storing_ = false;
      const NewKeyFile stored = std::move(*std::exchange(new_key_file_, std::nullopt));
      if (done.ok()) key_file_ = stored.bytes;
      reply(stored.request, done);
      store_next();
    });
  } else if (commit_) {
    is_storing_ = true;
    const output::Commit commit = std::move(*std::exchange(commit_, std::nullopt));
    store_.commit(commit.put, commit.remove, [this, number = commit.number](Result<void> done) {
      is_storing_ = false;
      if (done.ok()) {
        feed(input::Committed{number});
      } else {
        feed(input::CommitFailed{number, done.error()});
      }
      store_next();
    });
  }
}

void Host::carry_out(output::Connect& connect) {
  socket_.open(connect.connection, options_.relay_url);
}

void Host::carry_out(output::Transmit& transmit) {
  if (transmit.connection != socket_.connection()) return;
  const Result<void> sent = socket_.send(transmit.frame);
  // kClosed: the browser is about to tell, or has told. Otherwise nobody reads at the other end.
  if (sent.ok() || sent.error() == Error::kClosed) return;
  socket_.close();
  feed(input::SocketClosed{transmit.connection, 1006, "the relay does not read"});
}

void Host::carry_out(output::Disconnect& disconnect) {
  if (disconnect.connection == socket_.connection()) socket_.close();
}

void Host::tell(HostEvent event) {
  if (is_closed_) return;
  events_.push_back(std::move(event));
  if (events_.size() == 1) homing_host_schedule(this);
}

}  // namespace homing
