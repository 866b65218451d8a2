namespace Buildify.Specs;

/// <summary>
/// Where generated files go. A file that would not change is not written, so that what depends on it is not built again; one that is no
/// longer made is deleted.
/// </summary>
internal static class OutputFolder
{
    public static void Write(string folder, IEnumerable<(string File, string Text)> files)
    {
        Directory.CreateDirectory(folder);
        var made = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (file, text) in files)
        {
            var path = Path.Combine(folder, file);
            made.Add(file);
            if (!File.Exists(path) || File.ReadAllText(path) != text) File.WriteAllText(path, text);
        }
        foreach (var path in Directory.EnumerateFiles(folder).Where(path => !made.Contains(Path.GetFileName(path)))) File.Delete(path);
    }
}
