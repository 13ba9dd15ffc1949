package dev.thimble.simulator.demo;

import com.google.gson.annotations.SerializedName;

/**
 * What the weather module publishes; fields that a version lacks are null.
 *
 * @param n number of the sample, from 1
 * @param temperature °C
 * @param humidity % relative humidity
 * @param pressure hPa
 * @param dewPoint °C
 */
record Reading(long n, int version, Double temperature, Double humidity, Double pressure,
               @SerializedName("dew_point") Double dewPoint, Double lowest, Double highest) {
}
