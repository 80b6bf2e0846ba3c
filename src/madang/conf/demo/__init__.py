"""The demo city of Haedam: made-up people and texts, labelled as such on every page."""
