"""Archives of files, opened with distrust: members are unpacked a portion at a time, under names that this program gives."""
