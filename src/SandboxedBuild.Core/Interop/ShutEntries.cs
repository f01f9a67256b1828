using SandboxedBuild.Changes;

namespace SandboxedBuild.Interop;

/// <summary>
/// Entries of this user whose mode shuts their owner out: they are opened for as long as somebody holds them, and shut again. All that
/// time, and after it, they are told as they were (see <see cref="AsItWas"/>): with their own mode, and with the ctime that they had, for
/// whoever compares it wants to know what others did. For root, no mode shuts anything.
/// </summary>
internal static class ShutEntries
{
    /// <summary>Read permission for the owner.</summary>
    public const uint Read = 0x100;

    /// <summary>Write permission for the owner.</summary>
    public const uint Write = 0x80;

    /// <summary>Search permission for the owner.</summary>
    public const uint Search = 0x40;

    private static readonly Lock s_lock = new();
    private static readonly Dictionary<(ulong Device, ulong Inode), Opened> s_opened = [];
    private static readonly Dictionary<(ulong Device, ulong Inode), (long Before, long After)> s_touched = [];
    private static volatile bool s_isAnyOpen;
    private static volatile bool s_isAnyKnown;

    /// <summary>Whether an entry is open now that others must hold too if they want to rely on it.</summary>
    public static bool IsAnyOpen => s_isAnyOpen;

    /// <summary>Whether a directory that has just been opened cannot be looked into.</summary>
    public static bool IsShut(Descriptor directory) => Stat.Raw(directory) is var stat && stat.Uid == Caller.Uid && (stat.Mode & Search) == 0;

    /// <summary>Gives the owner permissions on an entry; null where it has them and nobody else opened it, or where it is not ours.</summary>
    /// <param name="directory">The directory that it is in.</param>
    /// <param name="name">Its name; empty for the directory itself.</param>
    /// <param name="permissions">Which permissions are needed.</param>
    public static IDisposable? Hold(Descriptor directory, ReadOnlySpan<byte> name, uint permissions)
    {
        if (Caller.IsRoot)
        {
            return null;
        }

        var found = Opening.TryPath(directory, name);
        if (found is null)
        {
            return null;
        }

        lock (s_lock)
        {
            var stat = Stat.Raw(found);
            var key = (stat.Device, stat.Inode);
            if (stat.Uid != Caller.Uid || stat.Type == EntryType.SymbolicLink || ((stat.Mode & permissions) == permissions && !s_opened.ContainsKey(key)))
            {
                found.Dispose();
                return null;
            }

            if (!s_opened.TryGetValue(key, out var opened))
            {
                opened = s_opened[key] = new(stat.Mode, ChangedByOthers(key, stat.Changed));
                s_isAnyOpen = s_isAnyKnown = true;
            }

            opened.Open(found, stat, permissions);
            return new Holder(key, found);
        }
    }

    /// <summary>What an entry is like, apart from what is done to it here.</summary>
    public static EntryStat AsItWas(EntryStat stat)
    {
        if (!s_isAnyKnown)
        {
            return stat;
        }

        lock (s_lock)
        {
            var key = (stat.Device, stat.Inode);
            return s_opened.TryGetValue(key, out var opened) && stat.Mode == opened.ModeNow
                ? stat with { Mode = opened.Mode, Changed = opened.Changed }
                : stat with { Changed = ChangedByOthers(key, stat.Changed) };
        }
    }

    /// <summary>Sets the mode of an entry that is open: it keeps it when it is shut. False where nobody has opened it.</summary>
    public static bool TrySetMode(Descriptor directory, ReadOnlySpan<byte> name, uint mode)
    {
        using var found = s_isAnyOpen ? Opening.TryPath(directory, name) : null;
        if (found is null)
        {
            return false;
        }

        lock (s_lock)
        {
            var stat = Stat.Raw(found);
            if (!s_opened.TryGetValue((stat.Device, stat.Inode), out var opened) || stat.Mode != opened.ModeNow)
            {
                return false;
            }

            opened.SetMode(found, mode);
            return true;
        }
    }

    private static long ChangedByOthers((ulong Device, ulong Inode) key, long changed) =>
        s_touched.TryGetValue(key, out var touched) && touched.After == changed ? touched.Before : changed;

    private static void Release((ulong Device, ulong Inode) key, Descriptor found)
    {
        lock (s_lock)
        {
            var opened = s_opened[key];
            if (--opened.Holders > 0)
            {
                return;
            }

            s_opened.Remove(key);
            s_isAnyOpen = s_opened.Count > 0;

            try
            {
                // Where the mode is another one by now, somebody has set it who knew why.
                if (Stat.Raw(found).Mode == opened.ModeNow && opened.Mode != opened.ModeNow)
                {
                    Ownership.SetModeOfPath(found, opened.Mode);
                }

                if (!opened.IsSet)
                {
                    s_touched[key] = (opened.Changed, Stat.Raw(found).Changed);
                }
            }
            catch (SystemCallException)
            {
                // It stays open. What is being disposed of may be on the way out of a failure, which is the one to tell.
            }
        }
    }

    /// <summary>An entry that is open.</summary>
    private sealed class Opened(uint mode, long changed)
    {
        private uint _permissions;

        /// <summary>The mode that it gets when it is shut.</summary>
        public uint Mode { get; private set; } = mode;

        /// <summary>The mode that it has while it is open.</summary>
        public uint ModeNow { get; private set; } = mode;

        public long Changed { get; } = changed;

        /// <summary>Whether it was given another mode than it had.</summary>
        public bool IsSet { get; private set; }

        public int Holders { get; set; }

        public void Open(Descriptor found, in EntryStat stat, uint permissions)
        {
            if (stat.Mode == ModeNow && (stat.Mode & permissions) != permissions)
            {
                Ownership.SetModeOfPath(found, stat.Mode | permissions);
                ModeNow = stat.Mode | permissions;
            }

            _permissions |= permissions;
            Holders++;
        }

        public void SetMode(Descriptor found, uint mode)
        {
            Ownership.SetModeOfPath(found, mode | _permissions);
            ModeNow = mode | _permissions;
            IsSet |= Mode != mode;
            Mode = mode;
        }
    }

    /// <summary>One who needs an entry to be open.</summary>
    private sealed class Holder((ulong Device, ulong Inode) key, Descriptor found) : IDisposable
    {
        private bool _isReleased;

        public void Dispose()
        {
            if (!_isReleased)
            {
                _isReleased = true;
                Release(key, found);
                found.Dispose();
            }
        }
    }
}
