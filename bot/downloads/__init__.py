"""Media from links: a queue, yt-dlp in a process of its own, and a guard on its only way out."""
