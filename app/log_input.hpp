// A log from a file or a pipe, with its oddities reported on standard error.
#pragma once

#include "sim/smtplog/log_session.hpp"

#include <functional>
#include <string>

namespace smtpsim::app {

/// Oddities on standard error, the first of them one by one.
class Oddities {
public:
    Oddities(std::string file, bool quiet) : file_(std::move(file)), quiet_(quiet) {}
    Oddities(const Oddities&) = delete;
    Oddities& operator=(const Oddities&) = delete;
    ~Oddities();
    void report(std::uint64_t line, smtplog::Oddity oddity);

private:
    std::string file_;
    bool quiet_; // none is reported
    std::uint64_t count_ = 0;
};

struct Reading {
    std::string code_page = {}; // of lines that are not UTF-8; none: their octets stay
    bool quiet = false;         // nothing but errors on standard error
    bool as_it_is = false;      // with the passwords in it
};

/// The whole file ("-": standard input) through a reader; how far it is, where that takes long and
/// somebody watches. Stop: it cannot be read, or is no log; no such encoding.
void read_log(const std::string& path, smtplog::EntryHandler& handler, const Reading& how);

/// Each session of the file.
void read_sessions(const std::string& path, smtplog::Sessions::Take take, const Reading& how);

} // namespace smtpsim::app
