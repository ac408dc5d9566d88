#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace homing::test {

/// The relay program as a child of the test, on a free port of 127.0.0.1. Killed, by its id, with
/// this object.
class RelayProcess {
 public:
  /// Returns when the relay has said that it listens. Throws std::runtime_error if it does not.
  RelayProcess(const std::string& database, std::vector<std::string> arguments = {});
  RelayProcess(const RelayProcess&) = delete;
  RelayProcess& operator=(const RelayProcess&) = delete;
  ~RelayProcess();

  uint16_t port() const { return port_; }
  /// The one line of its standard output.
  const std::string& ready_line() const { return ready_line_; }
  void signal(int number) const;
  /// From now on no file of it can grow beyond this, as on a full disk.
  void limit_file_bytes(uint64_t bytes) const;
  /// Waits for the end: the exit code, or 128 plus the signal that ended it. Throws after 10 s.
  int wait();
  /// What standard output held besides the ready line; after wait().
  std::string rest_of_output();

 private:
  pid_t pid_ = -1;
  int output_ = -1;
  uint16_t port_ = 0;
  std::string ready_line_;
};

}  // namespace homing::test
