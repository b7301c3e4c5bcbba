// A log from a file or a pipe, with its oddities told on standard error.
#pragma once

#include "sim/smtplog/session.hpp"

#include <functional>
#include <string>

namespace smtpsim::app {

constexpr std::size_t chunk_octets = 1UL << 20;

/// Oddities on standard error, the first of them one by one.
class Oddities {
public:
    explicit Oddities(std::string file) : file_(std::move(file)) {}
    Oddities(const Oddities&) = delete;
    Oddities& operator=(const Oddities&) = delete;
    ~Oddities();
    void tell(std::uint64_t line, smtplog::Oddity oddity);

private:
    std::string file_;
    std::uint64_t count_ = 0;
};

/// The whole file ("-": standard input) through a reader. `code_page`: of lines that are not UTF-8;
/// none: their octets stay. Stop: it cannot be read, or is no log; no such encoding.
void read_log(const std::string& path, smtplog::Heed& heed, const std::string& code_page = {});

/// Each session of the file.
void read_sessions(const std::string& path, smtplog::Sessions::Take take,
                   const std::string& code_page = {});

} // namespace smtpsim::app
