using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Buildify.Events.Personal;

/// <summary>
/// One personal field as the log has it: <c>{"$personal":"…","of":"…"}</c>, the base64 of nonce, tag and cipher (AES-256-GCM, NIST SP
/// 800-38D) of the field's JSON, and whose it is. It opens in no other tenant, type or field than it was made for.
/// </summary>
internal static class FieldCipher
{
    public const int KeyBytes = 32;

    private const string Sealed = "$personal";
    private const string Owner = "of";
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    /// <summary>In a payload without this nothing is encrypted.</summary>
    public const string Mark = "\"" + Sealed + "\"";

    public static void Write(Utf8JsonWriter writer, JsonElement value, byte[] key, FieldPlace place)
    {
        var plain = Encoding.UTF8.GetBytes(value.GetRawText());
        var box = new byte[NonceBytes + TagBytes + plain.Length];
        RandomNumberGenerator.Fill(box.AsSpan(0, NonceBytes));
        using var aes = new AesGcm(key, TagBytes);
        aes.Encrypt(box.AsSpan(0, NonceBytes), plain, box.AsSpan(NonceBytes + TagBytes), box.AsSpan(NonceBytes, TagBytes), place.Bytes());
        writer.WriteStartObject();
        writer.WriteBase64String(Sealed, box);
        writer.WriteString(Owner, place.Subject);
        writer.WriteEndObject();
    }

    /// <summary>Whose the field is, and what is in it; null where the value is no encrypted one.</summary>
    public static (string Subject, byte[] Box)? Read(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object || value.GetPropertyCount() != 2) return null;
        if (!value.TryGetProperty(Sealed, out var box) || !value.TryGetProperty(Owner, out var of) || of.ValueKind != JsonValueKind.String) return null;
        return box.ValueKind == JsonValueKind.String && box.TryGetBytesFromBase64(out var bytes) && bytes.Length > NonceBytes + TagBytes
            ? (of.GetString()!, bytes)
            : null;
    }

    /// <summary>The field's JSON; null where this is not its key, which after an erasure is so for ever.</summary>
    public static byte[]? Open(byte[] box, byte[] key, FieldPlace place)
    {
        var plain = new byte[box.Length - NonceBytes - TagBytes];
        using var aes = new AesGcm(key, TagBytes);
        try
        {
            aes.Decrypt(box.AsSpan(0, NonceBytes), box.AsSpan(NonceBytes + TagBytes), box.AsSpan(NonceBytes, TagBytes), plain, place.Bytes());
            return plain;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }
}

/// <summary>Where an encrypted field stands. None of these has a NUL in it.</summary>
internal readonly record struct FieldPlace(string Tenant, string EventType, string Field, string Subject)
{
    public byte[] Bytes() => Encoding.UTF8.GetBytes($"{Tenant}\0{EventType}\0{Field}\0{Subject}");
}
