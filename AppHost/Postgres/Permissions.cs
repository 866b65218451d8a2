using System.Globalization;

namespace Buildify.AppHost.Postgres;

/// <summary>File modes and process capabilities, where the system has them.</summary>
internal static class Permissions
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Creates a folder for its owner alone, or one that others may pass through without looking (0711).</summary>
    public static void CreateFolder(string path, bool passable = false)
    {
        if (Directory.Exists(path))
            return;
        Directory.CreateDirectory(path);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, passable ? Owner | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute : Owner);
    }

    /// <summary>Creates a folder for its owner alone, or makes one that is there so.</summary>
    /// <exception cref="UnauthorizedAccessException">It is there and another user's.</exception>
    public static void CreatePrivateFolder(string path)
    {
        var folder = Directory.CreateDirectory(path);
        if (folder.LinkTarget is not null)
            throw new UnauthorizedAccessException($"{path} is a link.");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, Owner);
    }

    /// <summary>Creates a file only its owner can read; it is never readable to others, not for a moment.</summary>
    public static void CreateFile(string path, string text)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var writer = new StreamWriter(path, options);
        writer.Write(text);
    }

    /// <summary>Whether everybody may pass through every folder above <paramref name="folder"/>.</summary>
    public static bool AreParentsOpen(string folder)
    {
        for (var parent = Path.GetDirectoryName(folder); parent is not null; parent = Path.GetDirectoryName(parent))
        {
            if (!OperatingSystem.IsWindows() && !File.GetUnixFileMode(parent).HasFlag(UnixFileMode.OtherExecute))
                return false;
        }
        return true;
    }

    /// <summary>Whether this process can hand a Linux capability on (containers take some away).</summary>
    public static bool HasCapability(int number)
    {
        const string Line = "CapBnd:";
        return File.Exists("/proc/self/status")
            && File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith(Line, StringComparison.Ordinal)) is { } found
            && (ulong.Parse(found.AsSpan(Line.Length).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) >> number & 1) == 1;
    }
}
