// The Journal: numbers events and shows each to every view. Any thread may record.
#pragma once

#include "core/problem.hpp"
#include "sim/journal/event.hpp"

#include <mutex>
#include <vector>

namespace smtpsim::journal {

class View {
public:
    virtual ~View() = default;
    virtual void show(const Event& event) = 0;
    /// What show() has buffered is due: the conversation waits for its client.
    virtual void flush() {}
};

/// Keeps messages. Called before the 250 is said; on failure the client hears 452 instead.
class MessageStore {
public:
    virtual ~MessageStore() = default;
    virtual Result<void> keep(const Message& message, std::uint64_t session, Tick at) = 0;
};

class Journal {
public:
    void add(View& view) { views_.push_back(&view); } // views outlive the journal
    bool on() const { return !views_.empty(); }
    void record(std::uint64_t session, Tick at, const Happening& what);
    void flush();

private:
    std::vector<View*> views_;
    std::mutex mutex_;
    std::uint64_t recorded_ = 0;
};

/// Where a view writes. Failures are the sink's to report; a view never stops a conversation.
class Sink {
public:
    virtual ~Sink() = default;
    virtual void write(std::string_view octets) = 0;
    virtual void flush() = 0;
};

} // namespace smtpsim::journal
