//! The one path of every state change: committer, hub, presence, jobs
